import { z } from "zod";
import { CartItem } from "../shop/contracts.ts";

// Messages between the services of the market, besides those of the shop.
export const Product = z.object({ sku: z.string(), title: z.string(), category: z.string(), priceCents: z.number() });
export const ProductRows = z.object({ products: z.array(Product) });
export const ProductRow = z.object({ product: Product });
export const CacheValue = z.object({ value: z.unknown() });
export const CartLines = z.array(CartItem);
export const FlagStates = z.object({ flags: z.record(z.string(), z.boolean()) });
/** What waits in the queue: an order to ship. */
export const Parcel = z.object({ orderId: z.string(), zone: z.string(), items: z.number() });
export const TakenMessage = z.object({ message: z.object({ id: z.string(), body: Parcel }).nullable() });
export const PlacedOrder = z.object({ orderId: z.string(), totalCents: z.number() });
export const OrderState = z.object({ orderId: z.string(), state: z.enum(["paid", "shipped"]) });
