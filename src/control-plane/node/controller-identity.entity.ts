import { Column, Entity, PrimaryColumn, type EntityManager } from 'typeorm';
import { makeCertificate, type KeyAndCertificate } from '../../node-api/certificate.js';

/** The certificate by which nodes know the control plane: made once, the same for all its processes. */
@Entity('controller_identity')
export class ControllerIdentity {
  /** Always 1: there is one. */
  @PrimaryColumn('integer')
  id!: number;

  @Column('text')
  keyPem!: string;

  @Column('text')
  certificatePem!: string;
}

/** Made by whichever process needs it first. */
export async function controllerIdentity(manager: EntityManager): Promise<KeyAndCertificate> {
  const known = await manager.findOneBy(ControllerIdentity, { id: 1 });
  if (known) return known;
  const made = await makeCertificate('evenkeel control plane');
  await manager
    .createQueryBuilder()
    .insert()
    .into(ControllerIdentity)
    .values({ id: 1, ...made })
    .orIgnore()
    .execute();
  return manager.findOneByOrFail(ControllerIdentity, { id: 1 });
}
