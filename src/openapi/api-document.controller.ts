import { Controller, Get, Header, Inject } from "@nestjs/common";
import { z } from "zod";
import { Operation, PAGE_EXAMPLE, Section } from "../common/operation.js";
import { ORGANIZATION_CONFIG, type OrganizationConfig } from "../config/config.module.js";
import { ApiDocument } from "./api-document.js";
import { apiPage } from "./api-page.js";

const openApiDocument = z
  .looseObject({ openapi: z.string() })
  .meta({ description: "An OpenAPI 3.1 document.", examples: [{ openapi: "3.1.1" }] });

/** The description of this server's API, for programs and for people. */
@Section("Description")
@Controller("api")
export class ApiDocumentController {
  constructor(
    @Inject(ORGANIZATION_CONFIG) private readonly organization: OrganizationConfig,
    private readonly document: ApiDocument,
  ) {}

  @Get("openapi.json")
  @Operation({ id: "getOpenApi", summary: "Describes this API, for programs.", answers: { 200: openApiDocument } })
  json() {
    return this.document.read();
  }

  @Get("docs")
  @Header("Cache-Control", "no-store")
  @Operation({
    id: "showDocs",
    summary: "Describes this API, for people.",
    answers: {
      200: { description: "The page.", mediaType: "text/html", example: PAGE_EXAMPLE },
      302: "To the login, for those who are not logged in.",
    },
  })
  async page(): Promise<string> {
    return apiPage(await this.document.read(), this.organization.name);
  }
}
