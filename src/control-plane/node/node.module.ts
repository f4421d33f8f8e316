import { Module } from '@nestjs/common';
import { NodeController } from './node.controller.js';
import { Nodes } from './nodes.js';
import { StorageSystemController } from './storagesystem.controller.js';

@Module({ controllers: [NodeController, StorageSystemController], providers: [Nodes] })
export class NodeModule {}
