import { Module } from '@nestjs/common';
import { VolumeController } from './volume.controller.js';
import { Volumes } from './volumes.js';

@Module({ controllers: [VolumeController], providers: [Volumes] })
export class VolumeModule {}
