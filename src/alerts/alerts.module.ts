import { type DynamicModule, Module } from "@nestjs/common";
import { TypeOrmModule } from "@nestjs/typeorm";
import { DatabaseModule } from "../database/database.module.js";
import { LeasesModule } from "../database/leases/leases.module.js";
import { EventsModule } from "../events/events.module.js";
import { FleetModule } from "../fleet/fleet.module.js";
import { AlertJobs } from "./alert-jobs.js";
import { AlertRetention } from "./alert-retention.js";
import { AlertsController } from "./alerts.controller.js";
import { AlertsService } from "./alerts.service.js";
import { AlertProgress } from "./evaluation/alert-progress.js";
import { Condition } from "./evaluation/condition.entity.js";
import { Evaluation } from "./evaluation/evaluation.js";
import { FiguresLook } from "./evaluation/figures-look.js";
import { LostMachines } from "./evaluation/lost-machines.js";
import { MachineTags } from "./evaluation/machine-tags.js";
import { SilentMachines } from "./evaluation/silent-machines.js";
import { MassLosses } from "./evaluation/mass-losses.js";
import { NodesLook } from "./evaluation/nodes-look.js";
import { OfflineLook } from "./evaluation/offline-look.js";
import { ProgressRow } from "./evaluation/progress.entity.js";
import { IncidentReader } from "./incidents/incident-reader.js";
import { IncidentStore } from "./incidents/incident-store.js";
import { Incident } from "./incidents/incident.entity.js";
import { IncidentsController } from "./incidents/incidents.controller.js";
import { Delivery } from "./outbox/delivery.js";
import { DueNotifications } from "./outbox/due-notifications.js";
import { Notification } from "./outbox/notification.entity.js";
import { Outbox } from "./outbox/outbox.js";
import { ReceiverTest } from "./receivers/receiver-test.js";
import { Receivers } from "./receivers/receivers.js";
import { Silence } from "./silences/silence.entity.js";
import { SilencesController } from "./silences/silences.controller.js";
import { SilencesService } from "./silences/silences.service.js";

const entities = [ProgressRow, Condition, Incident, Notification, Silence];

/** What is wrong, and who is told: rules, incidents, the outbox of notifications, silences. */
@Module({})
export class AlertsModule {
  /** `clusterModule` is the module that AppModule made: there is one per node, clustered or standalone. */
  static register(clusterModule: DynamicModule): DynamicModule {
    return {
      module: AlertsModule,
      imports: [
        DatabaseModule,
        LeasesModule,
        EventsModule,
        clusterModule,
        FleetModule,
        TypeOrmModule.forFeature(entities),
      ],
      controllers: [AlertsController, IncidentsController, SilencesController],
      providers: [
        AlertJobs, // when
        Evaluation, // what one look decides
        OfflineLook,
        MassLosses,
        LostMachines,
        MachineTags,
        SilentMachines,
        FiguresLook,
        NodesLook,
        AlertProgress,
        IncidentStore,
        Outbox, // what is to be told
        DueNotifications,
        Delivery, // telling it
        Receivers, // whom alerts.receivers names
        ReceiverTest,
        AlertRetention,
        AlertsService,
        IncidentReader,
        SilencesService,
      ],
    };
  }
}
