// SPDX-License-Identifier: Apache-2.0
#include "match/database.h"

#include <hs/hs_runtime.h>

#include <cstdlib>
#include <string_view>

namespace bulkhead::match {
namespace {

// Its header and the beginning of its engine, which are looked at; no database is as small.
constexpr size_t kSmallest = 256;

Error wrong(std::string sentence) {
  return {ErrorCode::kInvalid, "pattern database: " + std::move(sentence)};
}

}  // namespace

void Database::Free::operator()(hs_database* database) const noexcept {
  hs_free_database(database);
}

void Scratch::Free::operator()(hs_scratch* scratch) const noexcept {
  hs_free_scratch(scratch);
}

Status check_serialised(std::span<const uint8_t> bytes, Mode mode) {
  if (bytes.size() < kSmallest || bytes.size() > kMaxDatabaseBytes)
    return wrong(std::to_string(bytes.size()) + " bytes are no database");
  char* info = nullptr;
  const auto result =
      hs_serialized_database_info(reinterpret_cast<const char*>(bytes.data()), bytes.size(), &info);
  const std::unique_ptr<char, decltype(&std::free)> held(info, std::free);
  if (result != HS_SUCCESS)
    return wrong("its header is not of this release of Hyperscan (" + std::string(hs_version()) +
                 ")");
  const char* word = mode == Mode::kStream ? "Mode: STREAM" : "Mode: BLOCK";
  if (std::string_view(info).find(word) == std::string_view::npos)
    return wrong("it is of another mode: " + std::string(info));
  return {};
}

Result<Database> Database::load(std::span<const uint8_t> bytes, Mode mode) {
  if (hs_valid_platform() != HS_SUCCESS) return wrong("this processor has no SSSE3");
  if (auto status = check_serialised(bytes, mode); !status) return status.error();
  hs_database_t* database = nullptr;
  const auto result =
      hs_deserialize_database(reinterpret_cast<const char*>(bytes.data()), bytes.size(), &database);
  Database out;
  out.database_.reset(database);
  if (result == HS_DB_PLATFORM_ERROR) return wrong("it was compiled for another processor");
  if (result != HS_SUCCESS) return wrong("it does not load: its bytes are damaged");
  if (mode == Mode::kStream && hs_stream_size(database, &out.stream_bytes_) != HS_SUCCESS)
    return wrong("it does not tell the size of its streams");
  return out;
}

Status Scratch::fit(const Database& database) {
  if (database.empty()) return {};
  hs_scratch_t* scratch = scratch_.release();
  const auto result = hs_alloc_scratch(database.get(), &scratch);
  scratch_.reset(result == HS_SUCCESS || scratch != nullptr ? scratch : nullptr);
  if (result != HS_SUCCESS) return Error{ErrorCode::kExhausted, "no memory for pattern matching"};
  return {};
}

}  // namespace bulkhead::match
