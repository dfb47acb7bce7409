package main

import "context"

func runLive(ctx context.Context, args []string) error { return nil }
