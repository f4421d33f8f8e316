export function stopPostgresIn(home: string): Promise<void>;
export default function stopPostgres(): Promise<void>;
