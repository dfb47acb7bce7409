package promclient

import "time"

// FastRetries makes every request be sent at most so often, without a pause.
func (c *Client) FastRetries(attempts int) {
	c.retries = retries{attempts: attempts, first: time.Millisecond, most: time.Millisecond}
}
