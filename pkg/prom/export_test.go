package prom

import "time"

// FastRetries sets the number of attempts, without pauses.
func (c *Client) FastRetries(attempts int) {
	c.retries = retries{attempts: attempts, first: time.Millisecond, most: time.Millisecond}
}

// ForgetRefusals resets the detection of remote read.
func (c *Client) ForgetRefusals() { c.remote.forget() }

// LimitBody sets the maximum size of a response.
func (c *Client) LimitBody(bytes int64) { c.options.MaxBody = bytes }

// Elapse moves the expiry of cached facts earlier by d.
func (c *Client) Elapse(d time.Duration) {
	c.tenancy.until = c.tenancy.until.Add(-d)
	c.detector.until = c.detector.until.Add(-d)
	c.remote.until = c.remote.until.Add(-d)
}
