import { Global, Module } from "@nestjs/common";
import { NodeLifecycle } from "./node-lifecycle.js";

/** Global: every module may need to know whether this node is starting, serving, draining or stopped. */
@Global()
@Module({ providers: [NodeLifecycle], exports: [NodeLifecycle] })
export class LifecycleModule {}
