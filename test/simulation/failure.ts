/** Something that must not happen did. */
export class SimulationFailure extends Error {}

export function expectNever(wrong: { readonly text: string } | string | null, where: string): void {
  if (wrong !== null) throw new SimulationFailure(`${where}: ${typeof wrong === 'string' ? wrong : wrong.text}`);
}
