// What agents do to the world. These stand for your booking system. An activity is tried again when it fails or its
// worker dies, so make each safe to repeat: here by the booking, which can be paid back once.

export async function findSeat(wish: { flight: string; after: string }): Promise<string> {
  return `no seat on ${wish.flight} after ${wish.after}`;
}

export async function refund(paid: { booking: string }): Promise<string> {
  return `booking ${paid.booking} is refunded`;
}

export async function searchBag(lost: { tag: string }): Promise<string> {
  return `bag ${lost.tag} is in Lisbon, and comes with the next flight`;
}
