import { type INestApplication, Injectable } from "@nestjs/common";
import type { OpenAPIObject } from "@nestjs/swagger";

/** The OpenAPI document of this application, made when it is first asked for and kept from then on. */
@Injectable()
export class ApiDocument {
  private app: INestApplication | undefined;
  private made: Promise<OpenAPIObject> | undefined;

  /** Whose routes are described; an application cannot be injected into its own parts. */
  cover(app: INestApplication): void {
    this.app = app;
  }

  read(): Promise<OpenAPIObject> {
    this.made ??= this.make();
    return this.made;
  }

  private async make(): Promise<OpenAPIObject> {
    if (!this.app) throw new Error("ApiDocument covers no application: call cover() once it is created.");
    // A node starts without what only this needs.
    const { makeDocument } = await import("./make-document.js");
    return makeDocument(this.app);
  }
}
