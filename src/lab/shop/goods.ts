export type Product = { sku: string; title: string; category: string; priceCents: number };

const CATEGORIES = ["lamps", "chairs", "tables", "rugs", "shelves"];
const MATERIALS = [
  "oak",
  "brass",
  "linen",
  "cork",
  "glass",
  "slate",
  "felt",
  "birch",
  "wool",
  "steel",
  "rattan",
  "clay",
];

/** The products of the shop: 60 in 5 categories. */
export const PRODUCTS: readonly Product[] = CATEGORIES.flatMap((category, row) =>
  MATERIALS.map((material, column) => ({
    sku: `SKU-${1000 + row * 100 + column}`,
    title: `${material} ${category}`,
    category,
    priceCents: 1900 + ((row * 7919 + column * 3571) % 240) * 100,
  })),
);
export const CATEGORY_NAMES: readonly string[] = CATEGORIES;
export const ZONES: readonly string[] = ["north", "south", "coast", "islands"];
