/** What stands for an abort: the protocol's reason, or words that name the protocol. */
export const abortReason = (protocolName: string, reason: unknown): unknown =>
  reason ?? new Error(`Cannot go on: the protocol "${protocolName}" aborted the exchange`);
