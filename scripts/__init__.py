"""What runs before or around the product: installing, checking, the rules on imports; nothing of it ships."""
