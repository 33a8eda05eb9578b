import { Controller, Get, Param, Query, Res } from "@nestjs/common";
import type { Response } from "express";
import { z } from "zod";
import { Public } from "../common/access.js";
import { FleetError } from "../common/fleet-error.js";
import { findAsset } from "../common/html/assets.js";
import { Operation, Section } from "../common/operation.js";

const assetQuery = z.object({
  v: z.string().optional().catch(undefined).meta({ description: "The version that a page asks for." }),
});

/** Style and icon of the pages. */
@Public()
@Section("Pages")
@Controller("assets")
export class AssetsController {
  @Get(":name")
  @Operation({
    id: "getAsset",
    summary: "Sends the style or the icon of the pages.",
    answers: { 200: { description: "The file.", mediaType: "*/*" } },
    errors: [404],
    parameters: { name: "The file's name." },
  })
  send(
    @Param("name") name: string,
    @Query({ schema: assetQuery }) { v }: z.output<typeof assetQuery>,
    @Res() res: Response,
  ): void {
    const asset = findAsset(name);
    if (!asset) throw new FleetError(404, "NOT_FOUND", "There is no such file.");
    // While a new version is rolled out, a page of one node asks another for its style: better ours than none, but
    // nobody is to keep it under that name.
    const isThisVersion = v === asset.version;
    res.setHeader("Cache-Control", isThisVersion ? "public, max-age=31536000, immutable" : "no-cache");
    res.type(asset.type).send(asset.content);
  }
}
