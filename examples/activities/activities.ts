import { ApplicationFailure } from '@temporalio/activity';

export interface Receipt {
  id: string;
  cents: number;
}

/** Ordinary code of Node: it may use the network, files and packages. */
export async function charge(order: { customer: string; cents: number }): Promise<Receipt> {
  if (order.cents <= 0) throw ApplicationFailure.nonRetryable(`nothing to charge: ${order.cents}`);
  return { id: `receipt-${order.customer}`, cents: order.cents };
}
