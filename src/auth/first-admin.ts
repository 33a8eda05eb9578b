import { Inject, Injectable, Logger, type OnModuleInit } from "@nestjs/common";
import { SERVER_CONFIG, type ServerConfig } from "../config/config.module.js";
import { Users } from "./users.js";

/** Lets the very first operator in. Once there is a user, the configured name and password change nothing any more. */
@Injectable()
export class FirstAdmin implements OnModuleInit {
  private readonly logger = new Logger("Auth");

  constructor(
    @Inject(SERVER_CONFIG) private readonly server: ServerConfig,
    private readonly users: Users,
  ) {}

  async onModuleInit(): Promise<void> {
    const { web_username, web_password } = this.server;
    if (await this.users.createFirstAdmin(web_username, web_password)) {
      this.logger.log("Created the first administrator from server.web_username and server.web_password");
    }
  }
}
