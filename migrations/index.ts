/** In the order they run. A migration that was released never changes; the next one does. */
import { Frame1795000000000 } from './1795000000000-frame.js';

export const MIGRATIONS = [Frame1795000000000];
