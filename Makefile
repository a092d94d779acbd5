# hptrain: 'make demo' shows it, 'make test' tests it, 'make install PREFIX=~/.local' installs it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
.PHONY: build tests test-mpi universal static demo deps test coverage sanitize fuzz endurance kill faults powerloss manual schema gallery bench onnx frameworks tensorboard roofline protocols instructions install uninstall format lint reference clean help

PREFIX ?= /usr/local
# The processor to compile for, by default what this one can do; 'make ARCH=x86-64-v2' makes a program that runs on older ones too.
ifndef ARCH
ARCH := $(shell Scripts/processor-level)
endif
# The levels of x86-64 in the program that 'make install' makes, the best one first.
LEVELS ?= x86-64-v4 x86-64-v3 x86-64-v2
SWIFT ?= swift
FLAGS = -c release -Xcc -march=$(ARCH) $(if $(MPI),--traits MPI)
BIN = .build/release/hptrain
DEMO = .build/demo

build: deps ## Build the optimized program; with MPI=1 one that several processes can run together
	$(SWIFT) build $(FLAGS) --product hptrain

universal: deps ## Build one program that runs at full speed on every x86-64, as 'make install' does
	SWIFT="$(SWIFT)" Scripts/build-universal .build/universal/hptrain $(LEVELS)

deps: ## Install the Debian packages that are missing, or say what to install
	@SWIFT="$(SWIFT)" MPI="$(MPI)" Scripts/deps

demo: build ## Check, train and predict on data that comes with the project
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	@printf '\n$$ hptrain info\n'; $(BIN) info
	@printf '\n$$ hptrain check configs/digits.json\n'; $(BIN) check configs/digits.json
	@printf '\n$$ hptrain train configs/digits.json\n'
	@$(BIN) train configs/digits.json --output $(DEMO)/digits
	@printf '\n$$ hptrain train configs/iris.json\n'
	@$(BIN) train configs/iris.json --output $(DEMO)/iris --quiet
	@printf '\n$$ shuf -n 8 iris.csv | hptrain predict iris/model.safetensors\n'
	@(head -n 1 datasets/iris.csv; tail -n +2 datasets/iris.csv \
	  | shuf -n 8 --random-source=datasets/iris.csv) > $(DEMO)/new.csv
	@$(BIN) predict $(DEMO)/iris/model.safetensors - < $(DEMO)/new.csv
	@printf '\n$$ … | hptrain predict iris/model.safetensors - | cut -d, -f1 | sort | uniq -c\n'
	@$(BIN) predict $(DEMO)/iris/model.safetensors - < datasets/iris.csv \
	  | cut -d, -f1 | sort | uniq -c

# 'swift test' alone compiles everything a second time, for @testable, which nothing here needs.
tests: deps
	$(SWIFT) build $(FLAGS) --build-tests

test: tests ## Run all tests
	$(SWIFT) test $(FLAGS) --skip-build

test-mpi: tests ## Build with MPI and run the tests of several ranks on this machine
	@SWIFT="$(SWIFT)" MPI=1 Scripts/deps
	$(SWIFT) build $(FLAGS) --traits MPI --scratch-path .build/mpi --product hptrain
	HPTRAIN_MPI=$(CURDIR)/.build/mpi/release/hptrain $(SWIFT) test $(FLAGS) --skip-build --filter MPITests

coverage: deps ## Measure what part of the readers the tests go through; fails below 95 % of a group
	$(SWIFT) build $(FLAGS) --scratch-path .build/coverage --build-tests --enable-code-coverage
	SWIFT="$(SWIFT)" Scripts/coverage .build/coverage/release $(TESTS)

sanitize: deps ## Run the tests under the sanitizers of addresses and of threads
	SWIFT="$(SWIFT)" Scripts/sanitize address
	SWIFT="$(SWIFT)" Scripts/sanitize thread

fuzz: deps ## Look for inputs that a reader does not survive, SECONDS for each (default 60), or for some: TARGETS='csv idx'
	HPTRAIN_FUZZER=1 $(SWIFT) build $(FLAGS) --scratch-path .build/fuzz/build --sanitize fuzzer \
	  -Xswiftc -sanitize=fuzzer,address --product Fuzzer
	Scripts/fuzz .build/fuzz/build/release/Fuzzer $(or $(SECONDS),60) $(TARGETS)

endurance: tests ## A million iterations and a thousand trials: memory, descriptors and time must not grow; draws what it saw
	HPTRAIN_ENDURANCE=all HPTRAIN_ENDURANCE_PICTURES=$(CURDIR)/Documentation/reliability \
	  $(SWIFT) test $(FLAGS) --skip-build --filter EnduranceTests

kill: tests ## Kill three runs again and again, 200 times in all, and compare what they end with
	HPTRAIN_KILLS=67 $(SWIFT) test $(FLAGS) --skip-build --filter KillTests

faults: tests ## Let each call of five commands to the system fail in each way, one by one
	HPTRAIN_FAULTS=all $(SWIFT) test $(FLAGS) --skip-build --filter FaultTests

powerloss: tests ## Lose the power at each point of a training, a resumption and a search
	HPTRAIN_POWER_LOSS=all $(SWIFT) test $(FLAGS) --skip-build --filter PowerLossTests

manual: tests ## Type everything that README and the pages show, the long blocks too
	HPTRAIN_LONG=1 $(SWIFT) test $(FLAGS) --skip-build --filter ConsoleBlocksTests

schema: ## Hold the JSON Schema against a public validator, with what is right and what is wrong
	@python3 -m venv .build/validator && .build/validator/bin/pip install --quiet jsonschema==4.26.0
	.build/validator/bin/python Scripts/validate-schema

gallery: build ## Train every example and write its curve and result to Documentation/Gallery.md, in a quarter of an hour
	Scripts/gallery $(BIN) $(GALLERY)

onnx: build ## Hold exported models against the checker of ONNX and against onnxruntime
	@python3 -m venv .build/onnx && .build/onnx/bin/pip install --quiet onnx==1.23.2 onnxruntime==1.32.0
	.build/onnx/bin/python Scripts/check-onnx $(BIN)

frameworks: build ## Hold exported and imported networks against PyTorch and Keras
	@python3 -m venv .build/frameworks && .build/frameworks/bin/pip install --quiet torch==2.13.0 'keras==3.*' safetensors
	.build/frameworks/bin/python Scripts/check-frameworks $(BIN)

tensorboard: build ## Hold event files against TensorBoard's own reader
	@python3 -m venv .build/tensorboard && .build/tensorboard/bin/pip install --quiet tensorboard==2.21.0
	.build/tensorboard/bin/python Scripts/check-tensorboard $(BIN)

bench: build ## Measure the workloads, beside PyTorch and Keras where they are installed
	python3 Benchmarks/bench.py $(BENCH)

roofline: build ## Compare an iteration of each workload with what the machine allows
	python3 Benchmarks/roofline.py

instructions: ## Compare the instructions of fixed runs with those committed; UPDATE=1 commits to new ones
	@SWIFT="$(SWIFT)" Scripts/deps valgrind
	SWIFT="$(SWIFT)" Scripts/build-universal .build/universal/hptrain-v3 x86-64-v3
	Benchmarks/count-instructions .build/universal/hptrain-v3 $(if $(UPDATE),--update)

# The installed program is for all processors, but for the one of ARCH where that is given, with MPI, and where there is one
# level only.
ifeq ($(origin ARCH)-$(shell uname -m)-$(MPI),file-x86_64-)
INSTALLED = .build/universal/hptrain
install: universal
else
INSTALLED = .build/static/release/hptrain
install: static
endif

static: deps
	$(SWIFT) build $(FLAGS) --static-swift-stdlib --scratch-path .build/static --product hptrain

install: ## Install to PREFIX, independent of the Swift toolchain, for all processors; with ARCH for that one
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -s -m 755 $(INSTALLED) "$(DESTDIR)$(PREFIX)/bin/hptrain"
	for shell in bash zsh fish; do \
	  case $$shell in \
	    bash) file=bash-completion/completions/hptrain ;; \
	    zsh) file=zsh/site-functions/_hptrain ;; \
	    fish) file=fish/vendor_completions.d/hptrain.fish ;; \
	  esac; \
	  install -d "$(DESTDIR)$(PREFIX)/share/$$(dirname $$file)"; \
	  $(INSTALLED) --generate-completion-script $$shell \
	    > "$(DESTDIR)$(PREFIX)/share/$$file"; \
	done

uninstall: ## Remove what 'make install' installed
	rm -f "$(DESTDIR)$(PREFIX)/bin/hptrain" \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/hptrain" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_hptrain" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/hptrain.fish"

format: ## Format the sources
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

lint: ## Check the format of the sources
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests

protocols: ## Generate the Swift of the protocol buffers after a .proto file has changed
	@SWIFT="$(SWIFT)" Scripts/generate-protocols

reference: build ## Write the reference page and the schema from the declarations
	$(BIN) explain --markdown > Documentation/Config.md
	$(BIN) schema > configs/hptrain.schema.json

clean: ## Remove everything that was built
	rm -rf .build

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
