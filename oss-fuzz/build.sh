#!/bin/bash -eu
bash -eu .clusterfuzzlite/build.sh
