module github.com/burnline/burnline/devstack/webhook

go 1.26.0
