package prom

import "time"

// FastRetries makes every request be sent at most so often, without a pause.
func (c *Client) FastRetries(attempts int) {
	c.retries = retries{attempts: attempts, first: time.Millisecond, most: time.Millisecond}
}

// ForgetRefusals makes the client try remote read again.
func (c *Client) ForgetRefusals() { c.remote.forget() }

// LimitBody sets the bound of an answer.
func (c *Client) LimitBody(bytes int64) { c.options.MaxBody = bytes }

// Elapse makes what was learned so much older.
func (c *Client) Elapse(d time.Duration) {
	c.tenancy.until = c.tenancy.until.Add(-d)
	c.detector.until = c.detector.until.Add(-d)
	c.remote.until = c.remote.until.Add(-d)
}
