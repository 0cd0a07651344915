/** scim/browse/…: lists of resources, as rows of text. */

export {};
