"""Drawing: from strokes and photographs to the 28×28 pixels that a network sees."""
