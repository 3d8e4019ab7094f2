// SPDX-License-Identifier: Apache-2.0
// The dataplane's side of Hyperscan: serialised databases loaded, memory for scanning taken once.
//
// Nothing here allocates after it was made. Scanning takes all its memory from the scratch and the
// stream; opening a stream takes it from what stream_allocator() is lent (match/stream.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"
#include "match/hyperscan.h"

struct hs_database;
struct hs_scratch;

namespace bulkhead::match {

// The header of serialised bytes: of this library, of that mode. Not that the rest is sound: only
// whoever made them can say so, by a signature. Errors: kInvalid.
Status check_serialised(std::span<const uint8_t> bytes, Mode mode);

class Database {
 public:
  Database() = default;  // nothing to look for

  // `bytes` are of somebody trusted. Errors: kInvalid: of another release of the library, another
  // processor, or damaged.
  static Result<Database> load(std::span<const uint8_t> bytes, Mode mode);

  [[nodiscard]] bool empty() const noexcept { return database_ == nullptr; }
  [[nodiscard]] const hs_database* get() const noexcept { return database_.get(); }
  [[nodiscard]] size_t stream_bytes() const noexcept { return stream_bytes_; }

 private:
  struct Free {
    void operator()(hs_database* database) const noexcept;
  };
  std::unique_ptr<hs_database, Free> database_;
  size_t stream_bytes_ = 0;
};

// What one thread needs to scan with any of the databases that it was made fit for.
class Scratch {
 public:
  Status fit(const Database& database);  // errors: kExhausted
  [[nodiscard]] hs_scratch* get() const noexcept { return scratch_.get(); }

 private:
  struct Free {
    void operator()(hs_scratch* scratch) const noexcept;
  };
  std::unique_ptr<hs_scratch, Free> scratch_;
};

}  // namespace bulkhead::match
