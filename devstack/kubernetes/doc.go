// Package kubernetes checks the objects in deploy/ against the schemas of Kubernetes and prometheus-operator.
package kubernetes
