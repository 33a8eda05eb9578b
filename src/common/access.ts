import { SetMetadata } from "@nestjs/common";

export const roles = ["viewer", "operator", "admin"] as const;
/** Each role may do what the ones before it may. */
export type Role = (typeof roles)[number];

/** Who may call a route. The guard in auth/ enforces it; a route that declares nothing is for logged-in operators. */
export type Access =
  { readonly kind: "public" } | { readonly kind: "agent" } | { readonly kind: "operator"; readonly atLeast: Role };

export const ACCESS = "fleet:access";
export const DEFAULT_ACCESS: Access = { kind: "operator", atLeast: "viewer" };

/** Anyone, without credentials: probes, the login page. */
export const Public = () => SetMetadata(ACCESS, { kind: "public" } satisfies Access);

/** Holders of an agent API key, and nobody else. */
export const AgentsOnly = () => SetMetadata(ACCESS, { kind: "agent" } satisfies Access);

/** Logged-in operators of this role or a higher one. */
export const AtLeast = (role: Role) => SetMetadata(ACCESS, { kind: "operator", atLeast: role } satisfies Access);
