export { makeLogEntry, type LogEntry } from '../../format/srl/log-entry.js';
