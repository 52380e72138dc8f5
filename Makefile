# SPDX-License-Identifier: Apache-2.0
# The front door. meson and ninja do the work; see meson.build.

BUILD ?= build
PREFIX ?= /usr/local

.PHONY: all deps demo demo-disk check bench fuzz install clean

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

$(BUILD)/build.ninja:
	@tools/install-deps --check
	@CC="$${CC:-gcc}" meson setup $(BUILD) . --prefix=$(PREFIX) --libdir=lib

deps:
	@tools/install-deps

demo: deps
	@$(MAKE) --no-print-directory all
	@tools/demo $(BUILD)

demo-disk: deps
	@$(MAKE) --no-print-directory all
	@tools/demo-disk $(BUILD)

check: deps
	@tools/check $(BUILD)

bench: deps
	@$(MAKE) --no-print-directory all
	@ninja -C $(BUILD) --quiet bench

# make fuzz SECONDS=60, for each target; NAMES="sev_cert chain" for some.
fuzz: deps
	@tools/fuzz $(or $(SECONDS),60) $(NAMES)

install: all
	@meson configure $(BUILD) -Dprefix=$(PREFIX)
	@meson install -C $(BUILD)

clean:
	@rm -rf $(BUILD) $(BUILD)-clang build-fuzz
