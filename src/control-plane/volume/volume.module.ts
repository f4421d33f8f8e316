import { Module } from '@nestjs/common';
import { HostConnectionController } from './host-connection.controller.js';
import { HostConnections } from './host-connections.js';
import { VolumeController } from './volume.controller.js';
import { Volumes } from './volumes.js';

@Module({ controllers: [VolumeController, HostConnectionController], providers: [Volumes, HostConnections] })
export class VolumeModule {}
