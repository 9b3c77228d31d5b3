"""What happened in one service, told to the others: outbox, feed, inbox, consumers."""
