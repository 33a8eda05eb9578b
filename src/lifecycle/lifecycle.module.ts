import { Global, Module } from "@nestjs/common";
import { NodeFacts } from "./node-facts.js";
import { NodeLifecycle } from "./node-lifecycle.js";
import { SharedPlaces } from "./shared-places.js";

/** Global: every module may need to know whether this node is starting, serving, draining or stopped. */
@Global()
@Module({ providers: [NodeLifecycle, NodeFacts, SharedPlaces], exports: [NodeLifecycle, NodeFacts, SharedPlaces] })
export class LifecycleModule {}
