import { Controller, Get, HttpCode, Param, Post } from "@nestjs/common";
import { AtLeast } from "../common/access.js";
import { Operation, Section } from "../common/operation.js";
import { alertsInEffect, testOutcome } from "./alerts-answer.js";
import { AlertsService } from "./alerts.service.js";
import { ReceiverTest } from "./receivers/receiver-test.js";

/** The rules in effect and the receivers over REST, for logged-in operators. */
@Section("Alerts")
@Controller("api/fleet/alerts")
export class AlertsController {
  constructor(
    private readonly alerts: AlertsService,
    private readonly tests: ReceiverTest,
  ) {}

  @Get()
  @Operation({
    id: "getAlerts",
    summary: "Shows the rules in effect and who is told, without secrets.",
    answers: { 200: alertsInEffect },
  })
  inEffect() {
    return this.alerts.inEffect();
  }

  @AtLeast("operator")
  @Post("receivers/:name/test")
  @HttpCode(200)
  @Operation({
    id: "testReceiver",
    summary: "Sends a test notification to a receiver now, and tells whether it was taken.",
    answers: { 200: testOutcome },
    errors: [404, 502],
    parameters: { name: "The receiver's name." },
  })
  async test(@Param("name") name: string) {
    await this.tests.send(name);
    return { delivered: true };
  }
}
