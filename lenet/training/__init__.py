"""Training: the train step, losses, optimizers, schedules and recipes."""
