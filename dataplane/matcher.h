// SPDX-License-Identifier: Apache-2.0
// The pattern databases of one image, loaded, and a scratch of each worker. Part of the snapshot.
//
// Made by the admin thread, of an image whose signature was verified: serialised databases are
// code for the library's engines. Workers share the databases read-only; scratch(i) is touched by
// worker i alone.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "image/sections.h"
#include "image/verifier.h"
#include "match/database.h"

namespace bulkhead::dataplane {

// Memory of one direction of a flow; a database that needs more is refused.
inline constexpr size_t kIdentifyBytes = 512;
inline constexpr size_t kSignatureBytes = 16384;

class Matcher {
 public:
  // What `before` has is taken from there, streams under way included, when nothing of it has
  // changed. nullptr: the image has no databases. Errors: kInvalid, kExhausted, kUnsupported.
  static Result<std::shared_ptr<const Matcher>> load(const image::Sections& sections,
                                                     uint16_t workers,
                                                     std::shared_ptr<const Matcher> before);

  [[nodiscard]] const match::Database& database(image::DatabaseKind kind) const noexcept {
    return databases_[index(kind)];
  }
  // Words that a stream or unit of it needs beside the library's state.
  [[nodiscard]] uint32_t slots(image::DatabaseKind kind) const noexcept {
    return records_[index(kind)].slots;
  }
  [[nodiscard]] const image::DatabaseRecord& record(image::DatabaseKind kind) const noexcept {
    return records_[index(kind)];
  }
  // Bytes in front of a stream's state that hold its slots.
  [[nodiscard]] size_t slot_bytes() const noexcept;
  // Sets with signatures over bytes of flows, and over messages of inspected ones: a bit each.
  [[nodiscard]] uint64_t byte_sets() const noexcept { return byte_sets_; }
  [[nodiscard]] uint64_t operation_sets() const noexcept { return operation_sets_; }
  [[nodiscard]] const match::Scratch& scratch(uint16_t worker) const noexcept {
    return scratches_[worker];
  }
  [[nodiscard]] uint16_t workers() const noexcept {
    return static_cast<uint16_t>(scratches_.size());
  }
  // Streams that were opened under another number are of another database.
  [[nodiscard]] uint64_t serial() const noexcept { return serial_; }

 private:
  using Key = std::array<image::Digest, 7>;
  static constexpr size_t kKinds = 5;
  static size_t index(image::DatabaseKind kind) noexcept { return static_cast<size_t>(kind); }
  static Key key_of(const image::Sections& sections);
  Status add(const image::Sections& sections, const image::DatabaseRecord& record);
  Status fits() const;

  std::array<match::Database, kKinds> databases_;
  std::array<image::DatabaseRecord, kKinds> records_{};
  std::vector<match::Scratch> scratches_;
  Key key_{};
  uint64_t serial_ = 0;
  uint64_t byte_sets_ = 0;
  uint64_t operation_sets_ = 0;
};

}  // namespace bulkhead::dataplane
