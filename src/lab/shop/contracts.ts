import { z } from "zod";

// Messages between the services.
export const CartItem = z.object({ sku: z.string(), quantity: z.number().int().min(1).max(20) });
export const Cart = z.object({ user: z.string(), items: z.array(CartItem) });
export const Prices = z.object({ prices: z.record(z.string(), z.number()) });
export const Stock = z.object({ stock: z.record(z.string(), z.number()) });
export const Quote = z.object({ totalCents: z.number(), discountCents: z.number() });
export const Charge = z.object({ chargeId: z.string() });
export const Shipment = z.object({ shipmentId: z.string(), days: z.number() });
export const Delivery = z.object({ costCents: z.number(), days: z.number() });
export const Order = z.object({ orderId: z.string(), totalCents: z.number() });
export const CheckoutBody = z.object({ user: z.string(), zone: z.string() });
export const ProductPage = z.object({ products: z.array(z.unknown()) });
/** An answer that no caller reads. */
export const Ignored = z.unknown();
