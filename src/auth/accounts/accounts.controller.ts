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
import { Operation, Section } from "../../common/operation.js";
import { actorOf } from "../actor.js";
import { assertRole } from "../assert-role.js";
import { clientGone } from "../client-gone.js";
import { OperatorBodyInterceptor } from "../operator-body.interceptor.js";
import type { User } from "../user.entity.js";
import { type Account, account, accountPage } from "./account-answer.js";
import { type NewAccount, accountListQuery, newAccountBody, passwordBody, roleBody } from "./account-rules.js";
import { AccountsService } from "./accounts.service.js";
import { OwnPasswordService } from "./own-password.service.js";

const parameters = { name: "The user's name." };

/** Users over REST, for administrators; one's own password for everybody. */
@AtLeast("admin")
@Section("Users")
@UseInterceptors(OperatorBodyInterceptor)
@Controller("api/fleet/users")
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly ownPassword: OwnPasswordService,
  ) {}

  @Get()
  @Operation({ id: "listUsers", summary: "Lists the users, page by page.", answers: { 200: accountPage } })
  async list(@Query({ schema: accountListQuery }) { limit, cursor }: z.output<typeof accountListQuery>) {
    const { users, more } = await this.accounts.list(cursor ?? "", limit);
    return { users: users.map(view), next_cursor: more ? (users.at(-1)?.username ?? null) : null };
  }

  @Post()
  @Operation({ id: "createUser", summary: "Makes a user.", answers: { 201: account }, errors: [409] })
  async create(@Req() req: Request, @Body({ schema: newAccountBody }) body: NewAccount) {
    return view(await this.accounts.create(actorOf(req), body));
  }

  @Patch(":name")
  @Operation({
    id: "changeRole",
    summary: "Gives a user another role, and ends their sessions.",
    answers: { 200: account },
    errors: [404, 409],
    parameters,
  })
  async changeRole(
    @Req() req: Request,
    @Param("name") name: string,
    @Body({ schema: roleBody }) { role }: z.output<typeof roleBody>,
  ) {
    return view(await this.accounts.changeRole(actorOf(req), name, role));
  }

  @Delete(":name")
  @HttpCode(204)
  @Operation({
    id: "deleteUser",
    summary: "Removes a user, and ends their sessions.",
    answers: { 204: "The user is gone." },
    errors: [404, 409],
    parameters,
  })
  async remove(@Req() req: Request, @Param("name") name: string): Promise<void> {
    await this.accounts.remove(actorOf(req), name);
  }

  @AtLeast("viewer")
  @Post(":name/password")
  @HttpCode(204)
  @Operation({
    id: "setPassword",
    summary: "Sets a password: one's own, for which the current one is needed, or for administrators anybody's.",
    description: "Ends the user's other sessions.",
    answers: { 204: "The password is set." },
    errors: [403, 404, 429],
    parameters,
  })
  async setPassword(
    @Req() req: Request,
    @Res({ passthrough: true }) res: Response,
    @Param("name") name: string,
    @Body({ schema: passwordBody }) { password, current_password }: z.output<typeof passwordBody>,
  ): Promise<void> {
    const { caller } = req;
    if (caller?.by === "login" && caller.username === name) {
      await this.ownPassword.change(req, current_password, password, clientGone(res));
    } else {
      assertRole(caller, "admin");
      await this.accounts.resetPassword(actorOf(req), name, password);
    }
  }
}

function view({ username, role, createdAt }: User): Account {
  return { username, role, created_at: new Date(createdAt).toISOString() };
}
