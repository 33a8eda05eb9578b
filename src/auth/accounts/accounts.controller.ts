import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
  UseInterceptors,
} from "@nestjs/common";
import type { Request, Response } from "express";
import type { z } from "zod";
import { AtLeast } from "../../common/access.js";
import { actorOf } from "../actor.js";
import { assertRole } from "../assert-role.js";
import { clientGone } from "../client-gone.js";
import { OperatorBodyInterceptor } from "../operator-body.interceptor.js";
import type { User } from "../user.entity.js";
import { type NewAccount, accountListQuery, newAccountBody, passwordBody, roleBody } from "./account-rules.js";
import { AccountsService } from "./accounts.service.js";
import { OwnPasswordService } from "./own-password.service.js";

/** Users over REST, for administrators; one's own password for everybody. */
@AtLeast("admin")
@UseInterceptors(OperatorBodyInterceptor)
@Controller("api/fleet/users")
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly ownPassword: OwnPasswordService,
  ) {}

  @Get()
  async list(@Query({ schema: accountListQuery }) { limit, cursor }: z.output<typeof accountListQuery>) {
    const { users, more } = await this.accounts.list(cursor ?? "", limit);
    return { users: users.map(view), next_cursor: more ? (users.at(-1)?.username ?? null) : null };
  }

  @Post()
  async create(@Req() req: Request, @Body({ schema: newAccountBody }) account: NewAccount) {
    return view(await this.accounts.create(actorOf(req), account));
  }

  @Patch(":name")
  async changeRole(
    @Req() req: Request,
    @Param("name") name: string,
    @Body({ schema: roleBody }) { role }: z.output<typeof roleBody>,
  ) {
    return view(await this.accounts.changeRole(actorOf(req), name, role));
  }

  @Delete(":name")
  @HttpCode(204)
  async remove(@Req() req: Request, @Param("name") name: string): Promise<void> {
    await this.accounts.remove(actorOf(req), name);
  }

  @AtLeast("viewer")
  @Post(":name/password")
  @HttpCode(204)
  async setPassword(
    @Req() req: Request,
    @Res({ passthrough: true }) res: Response,
    @Param("name") name: string,
    @Body({ schema: passwordBody }) { password, current_password }: z.output<typeof passwordBody>,
  ): Promise<void> {
    const { user } = req.session;
    if (user?.username === name) {
      await this.ownPassword.change(req, current_password, password, clientGone(res));
    } else {
      assertRole(user, "admin");
      await this.accounts.resetPassword(actorOf(req), name, password);
    }
  }
}

function view({ username, role, createdAt }: User) {
  return { username, role, created_at: new Date(createdAt).toISOString() };
}
