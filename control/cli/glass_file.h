// SPDX-License-Identifier: Apache-2.0
// A request to open a break-glass grant as a text file that people read, sign and carry: plain
// words first, then a PEM block. The words are for people and are not read back. It holds no
// secret.
#pragma once

#include <string>

#include "break_glass/statement.h"

namespace bulkhead::cli {

// "grant bg-cell3 at gw-a, gw-b until 2026-11-26T12:00:00Z: pump 3 does not stop"
std::string describe(const break_glass::Statement& statement);

// Errors: those of encode() and of the file system.
Status write_glass(const std::string& path, const break_glass::OpeningRequest& request);
// Errors: kInvalid and those of the file system, with the file's name.
Result<break_glass::OpeningRequest> read_glass(const std::string& path);

}  // namespace bulkhead::cli
