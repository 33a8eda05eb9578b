import type { INestApplication } from "@nestjs/common";
import { PATH_METADATA } from "@nestjs/common/constants.js";
import { MetadataScanner, ModulesContainer, Reflector } from "@nestjs/core";
import { ACCESS, type Access, DEFAULT_ACCESS } from "../common/access.js";
import { OPERATION, type OperationDescription, SECTION, type SectionName } from "../common/operation.js";

/** A route of Nest and what its decorators declare of it; what they do not is undefined. */
export interface NestRoute {
  /** `<class>.<method>` */
  readonly handler: string;
  readonly access: Access;
  readonly section: SectionName | undefined;
  readonly operation: OperationDescription | undefined;
}

/** Every route that Nest serves. */
export function nestRoutes(app: INestApplication): NestRoute[] {
  const reflector = new Reflector();
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap(({ controllers }) => [...controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    if (typeof metatype !== "function") return [];
    const prototype = metatype.prototype as Record<string, () => unknown>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (handler === undefined || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
      return {
        handler: `${metatype.name}.${name}`,
        access: reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, metatype]) ?? DEFAULT_ACCESS,
        section: reflector.getAllAndOverride<SectionName | undefined>(SECTION, [handler, metatype]),
        operation: reflector.get<OperationDescription | undefined>(OPERATION, handler),
      };
    });
  });
}
