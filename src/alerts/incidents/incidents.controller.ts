import { Controller, Get, Param, Query } from "@nestjs/common";
import { Operation, Section } from "../../common/operation.js";
import { incidentDetail, incidentPage } from "./incident-answer.js";
import { type IncidentQuery, incidentQuery } from "./incident-query.js";
import { IncidentReader } from "./incident-reader.js";

/** Open and past incidents over REST, for logged-in operators. */
@Section("Alerts")
@Controller("api/fleet/incidents")
export class IncidentsController {
  constructor(private readonly incidents: IncidentReader) {}

  @Get()
  @Operation({
    id: "listIncidents",
    summary: "Lists the open and past incidents, newest first.",
    answers: { 200: incidentPage },
  })
  list(@Query({ schema: incidentQuery }) query: IncidentQuery) {
    return this.incidents.page(query);
  }

  @Get(":id")
  @Operation({
    id: "getIncident",
    summary: "Shows one incident, and who was told of it.",
    answers: { 200: incidentDetail },
    errors: [404],
    parameters: { id: "The incident's id." },
  })
  find(@Param("id") id: string) {
    return this.incidents.find(id);
  }
}
