import { Global, Module } from "@nestjs/common";
import { NodeLifecycle } from "./node-lifecycle.js";
import { SharedPlaces } from "./shared-places.js";

/** Global: every module may need to know whether this node is starting, serving, draining or stopped. */
@Global()
@Module({ providers: [NodeLifecycle, SharedPlaces], exports: [NodeLifecycle, SharedPlaces] })
export class LifecycleModule {}
