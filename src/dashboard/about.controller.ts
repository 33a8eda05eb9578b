import { Controller, Get, Inject } from "@nestjs/common";
import { Operation, Section } from "../common/operation.js";
import { VERSION } from "../common/version.js";
import {
  CLUSTER_CONFIG,
  type ClusterConfig,
  ORGANIZATION_CONFIG,
  type OrganizationConfig,
  SERVER_CONFIG,
  type ServerConfig,
  SESSIONS_CONFIG,
  type SessionsConfig,
} from "../config/config.module.js";
import { type About, about } from "./about-answer.js";

/** What the server is and what it runs on, for its operators. */
@Section("Description")
@Controller("api/fleet/about")
export class AboutController {
  constructor(
    @Inject(ORGANIZATION_CONFIG) private readonly organization: OrganizationConfig,
    @Inject(SERVER_CONFIG) private readonly server: ServerConfig,
    @Inject(SESSIONS_CONFIG) private readonly sessions: SessionsConfig,
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
  ) {}

  @Get()
  @Operation({ id: "getAbout", summary: "Tells what this server is and what it runs on.", answers: { 200: about } })
  show(): About {
    const { enabled, node_id, backend } = this.cluster;
    return {
      version: VERSION,
      organization: this.organization.name,
      node_id: enabled ? node_id : null,
      node_version: process.version,
      data_backend: this.server.db_backend,
      session_backend: this.sessions.backend,
      cluster_backend: enabled ? backend : null,
      database_encrypted: this.server.db_encryption_key.length > 0,
      payload_encrypted: this.server.encryption_key.length > 0,
    };
  }
}
