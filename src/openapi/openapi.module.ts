import { Module } from "@nestjs/common";
import { ApiDocumentController } from "./api-document.controller.js";
import { ApiDocument } from "./api-document.js";

/** The OpenAPI description of all routes, and a page of it. */
@Module({ controllers: [ApiDocumentController], providers: [ApiDocument] })
export class OpenApiModule {}
