/**
 * Preloaded into a program that a launcher runs in its own place: whoever kills the launcher means the program. The launcher hands on
 * every signal that it can see; of kill -9 only the end of this channel tells.
 */
process.channel?.unref();
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
