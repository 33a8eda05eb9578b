import { Controller, Get, Param, Query, Res } from "@nestjs/common";
import type { Response } from "express";
import { Public } from "../common/access.js";
import { FleetError } from "../common/fleet-error.js";
import { findAsset } from "../common/html/assets.js";

/** Style and icon of the pages. */
@Public()
@Controller("assets")
export class AssetsController {
  @Get(":name")
  send(@Param("name") name: string, @Query("v") version: unknown, @Res() res: Response): void {
    const asset = findAsset(name);
    if (!asset) throw new FleetError(404, "NOT_FOUND", "There is no such file.");
    // While a new version is rolled out, a page of one node asks another for its style: better ours than none, but
    // nobody is to keep it under that name.
    const isThisVersion = version === asset.version;
    res.setHeader("Cache-Control", isThisVersion ? "public, max-age=31536000, immutable" : "no-cache");
    res.type(asset.type).send(asset.content);
  }
}
