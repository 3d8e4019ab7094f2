// SPDX-License-Identifier: Apache-2.0
// The compiler as an object that remembers: selectors resolved, services in canonical form, objects
// in order. An edit redoes what it touches; build() then writes the whole image from that.
//
// build() after any sequence of edits gives the bytes that compile() gives for the policy as it is
// then (tests/property/compiler_test.cpp). One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "image/builder.h"
#include "image/classes.h"
#include "image/compile_matching.h"
#include "image/pairs.h"
#include "image/roster.h"
#include "image/service_table.h"
#include "policy/model.h"
#include "policy/selector.h"

namespace bulkhead::image {

class Compiler {
 public:
  template <typename T>
  using Shared = std::shared_ptr<const T>;

  explicit Compiler(std::string gateway) : gateway_(std::move(gateway)) {}
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;

  // The whole policy. What is equal to what is here already is kept. Errors: kInvalid, and then
  // nothing has changed.
  Status assign(const Shared<policy::Policy>& policy);

  // One object, new or in place of that of the same name. Errors: kInvalid, and then nothing has
  // changed.
  Status put(const Shared<policy::Identity>& identity);
  Status put(const Shared<policy::Relationship>& relationship);
  Status put(const Shared<policy::Veto>& veto);
  // False: there is none of that name.
  bool remove_identity(const std::string& name);
  bool remove_relationship(const std::string& name);
  bool remove_veto(const std::string& name);

  // Names and labels remembered: at most twice those in use at the last clearing up, and
  // kSpareTexts.
  [[nodiscard]] size_t texts() const { return selectors_.symbols(); }
  static constexpr size_t kSpareTexts = 65536;

  // Unsigned, as compile(). Errors: kInvalid (an address bound twice), kExhausted.
  Result<std::vector<uint8_t>> build(uint64_t generation, int64_t created_wall_ns);

 private:
  struct IdentityItem {
    Shared<policy::Identity> object;
  };
  struct RelationshipItem {
    Shared<policy::Relationship> object;
    uint32_t from = 0;
    uint32_t to = 0;
    uint32_t services = 0;
  };
  struct VetoItem {
    Shared<policy::Veto> object;
    uint32_t from = kEveryone;
    uint32_t to = kEveryone;
  };

  void fill(const Shared<policy::Policy>& policy);
  Status change(const Shared<policy::Policy>& policy);
  void set(const Shared<policy::Identity>& identity);
  void set(const Shared<policy::Relationship>& relationship);
  void set(const Shared<policy::Veto>& veto);
  template <typename Item>
  void set(Item item, Roster<Item>& roster);
  void remove(uint32_t slot, Roster<IdentityItem>& roster);
  template <typename Item>
  void remove(uint32_t slot, Roster<Item>& roster);
  template <typename Item>
  bool remove(const std::string& name, Roster<Item>& roster);
  RelationshipItem item_of(const Shared<policy::Relationship>& relationship);
  VetoItem item_of(const Shared<policy::Veto>& veto);
  void let_go(const RelationshipItem& item);
  void let_go(const VetoItem& item);

  // The sets and whom they are for. Errors: as MatchingCompiler::set(), and then nothing has
  // changed.
  Status set_signatures(const std::vector<policy::SignatureSet>& sets);
  void acquire_sets();
  void clear_up();
  void start_over();
  Status add_identities();
  void renumber_identities();
  void add_services();
  Status add_relationships(int64_t created_wall_ns);
  [[nodiscard]] bool conditional() const;
  void add_class_sets();
  void add_vetoes();
  Status add_pairs();
  [[nodiscard]] PairRules pair_rules() const;

  std::string gateway_;
  Roster<IdentityItem> identities_;
  Roster<RelationshipItem> relationships_;
  Roster<VetoItem> vetoes_;
  policy::SelectorTable selectors_;
  size_t texts_in_use_ = 0;  // at the last clearing up
  ServiceTable services_;
  MatchingCompiler matching_;
  struct SetSelector {
    uint64_t bit = 0;
    uint32_t whom = 0;
  };
  std::vector<SetSelector> set_selectors_;  // of matching_.for_whom()
  Classes classes_;

  // What the last build left in parts_, and what has changed since.
  struct Kept {
    bool whole = false;  // the build came to its end
    uint64_t selectors = 0;
    ListPool<char>::Mark names_of_identities;
    std::vector<uint64_t> forms;  // serials, in the order of the services section
  };
  ImageParts parts_;
  Kept kept_;
  std::vector<Run> runs_;        // by services' number: where they are in the section
  std::vector<PairSlot> slots_;  // room
  bool identities_changed_ = true;
  bool sides_changed_ = true;  // of a relationship or veto, or which there are
  bool conditional_ = false;   // some relationship has schedules or posture: nothing is kept then
};

}  // namespace bulkhead::image
