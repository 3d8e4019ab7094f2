// SPDX-License-Identifier: Apache-2.0
// Precompiled once for each test program of more than a few files: reading Catch2 is half of their
// compilation. Nothing else belongs here: a test includes what it uses. (No #pragma once: this is
// a main file, and Catch2 has its own guard.)
#include <catch2/catch.hpp>
