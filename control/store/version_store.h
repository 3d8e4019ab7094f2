// SPDX-License-Identifier: Apache-2.0
// Every policy version that was ever to be put in force, in one SQLite file (WAL).
//
//            begin()            obeyed()
//   (none) ---------> pending ------------> obeyed   <--+
//                        |  \  stored()                 | obeyed()
//                        |   +-----------> stored ------+
//                        |    refused()      |  refused()
//                        +-----------------> refused
//
// The current version is the newest that is obeyed or stored. A version on trial (confirmation.h)
// is so from begin() on: a crash between that and its end does not put it in force for good.
// Generations strictly increase and are never used twice, refused ones included. Each call is one
// transaction. Calls are serialised inside.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/confirmation.h"
#include "store/fleet_place.h"
#include "store/grant_rows.h"
#include "store/sqlite.h"

namespace bulkhead::control {

using Digest = std::array<uint8_t, 32>;

enum class VersionState : uint8_t { kUnspecified = 0, kPending, kObeyed, kStored, kRefused };

struct Version {
  uint64_t generation = 0;
  VersionState state = VersionState::kUnspecified;
  int64_t applied_wall_ns =
      0;            // also the image's created_wall_ns, so that it compiles to the same bytes again
  Digest digest{};  // of the image; zero while pending
  std::string author;
  std::string comment;
  std::string refusal;
  uint64_t policy_bytes = 0;
  ConfirmationState confirmation = ConfirmationState::kNone;
  std::string yaml;  // empty in history()
};

struct NewVersion {
  std::string yaml;
  std::string author;
  std::string comment;
  int64_t applied_wall_ns = 0;
  std::optional<uint64_t> expected_generation;  // 0: none in force
  std::vector<uint64_t> grants{};               // compiled in
  std::vector<StoredGrant> new_grants{};        // and these, which begin() stores
  std::optional<Confirmation> on_trial{};       // `generation` in it is set by begin()
};

class VersionStore {
 public:
  // Errors: kIo when the file cannot be opened or is damaged, kUnsupported when a newer release
  // wrote it.
  static Result<std::unique_ptr<VersionStore>> open(const std::string& path);

  // Takes the next generation and keeps the version as pending. kConflict when the current
  // generation is not the expected one.
  Result<uint64_t> begin(const NewVersion& version);
  Status set_digest(uint64_t generation, const Digest& digest);
  Status obeyed(uint64_t generation, const InTransaction& also = {});
  Status stored(uint64_t generation, const InTransaction& also = {});
  Status refused(uint64_t generation, const std::string& reason, const InTransaction& also = {});
  // A change that is no version's state.
  Status change(const InTransaction& what);

  // Compiled into that version, by name.
  Result<std::vector<StoredGrant>> grants_of(uint64_t generation);
  // All that ever were, newest first; `current`: of that version.
  Result<std::vector<StoredGrant>> list_grants(uint64_t generation, size_t limit);

  // The id of the one that was added so; 0: it is not here.
  Result<uint64_t> find_grant(const std::string& name, const std::string& author,
                              int64_t added_wall_ns);

  Result<FleetPlace> fleet_place();

  // The current version's, while it is on trial.
  Result<std::optional<Confirmation>> pending_confirmation();

  Result<std::optional<Version>> current(bool with_yaml = true);
  uint64_t current_generation();  // 0: none, or it cannot be read
  VersionState current_state();   // kUnspecified: the same
  Result<std::optional<Version>> get(uint64_t generation);
  // Pending versions are left only by a crash between begin() and its end.
  Result<std::vector<Version>> pending();
  // Newest first; older than `before` when it is not 0.
  Result<std::vector<Version>> history(size_t limit, uint64_t before);

  // A dataplane may hold an image from before this store: later generations must exceed it.
  Status raise_generation(uint64_t at_least);

 private:
  Status keep_grants(const NewVersion& version, uint64_t generation);
  Status make_further_tables();
  explicit VersionStore(Database database) : database_(std::move(database)) {}

  Status prepare_schema(const std::string& path);
  Status set_state(uint64_t generation, VersionState state, const std::string& refusal,
                   const InTransaction& also);
  Result<std::vector<Version>> select(const std::string& where, uint64_t parameter, size_t limit,
                                      bool with_yaml);
  Result<std::optional<Version>> current_unlocked(bool with_yaml);

  std::mutex mutex_;
  Database database_;
};

}  // namespace bulkhead::control
