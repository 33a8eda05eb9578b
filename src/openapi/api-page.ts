import type { OpenAPIObject } from "@nestjs/swagger";
export function apiPage(document: OpenAPIObject, organization: string): string { return organization + document.openapi; }
