// SPDX-License-Identifier: Apache-2.0
#include "image/compile.h"

#include <algorithm>
#include <unordered_map>

#include "image/canonical.h"
#include "image/compile_rules.h"
#include "image/compile_when.h"
#include "image/compiler.h"

namespace bulkhead::image {
namespace {

RelationshipRecord make_relationship(const policy::Relationship& relationship, Run services,
                                     ImageParts& parts) {
  RelationshipRecord record;
  record.name = parts.text(relationship.name);
  record.services = services;
  record.from_wall_ns = relationship.from_wall_ns.value_or(INT64_MIN);
  record.until_wall_ns = relationship.until_wall_ns.value_or(INT64_MAX);
  record.refuse_with = static_cast<uint8_t>(relationship.refuse_with);
  record.mode = static_cast<uint8_t>(relationship.mode);
  record.on_end = static_cast<uint8_t>(relationship.on_end);
  record.is_grant = relationship.is_grant ? 1 : 0;
  return record;
}

Error bound_twice(const AddressSlot& second, const ImageParts& parts) {
  const auto name = [&](uint32_t identity) {
    const StringRef ref = parts.identities[identity].name;
    return std::string(parts.strings.items().data() + ref.offset, ref.length);
  };
  uint32_t first = 0;
  while (parts.identities[first].ip != second.ip) ++first;
  return {ErrorCode::kInvalid, "identities[" + name(second.identity) +
                                   "].bind.ip: " + to_string(second.ip) + " is bound to '" +
                                   name(first) + "' already"};
}

}  // namespace

Status Compiler::add_identities() {
  std::unordered_map<std::string_view, uint32_t> gateways{{gateway_, 0}};
  for (const uint32_t slot : identities_.order()) {
    const auto& bind = identities_[slot].object->bind;
    if (bind) gateways.emplace(bind->gateway, 0);
  }
  std::vector<std::string_view> names;
  for (const auto& [name, index] : gateways) names.push_back(name);
  std::sort(names.begin(), names.end());
  for (const auto name : names) {
    gateways[name] = static_cast<uint32_t>(parts_.gateways.size());
    parts_.gateways.push_back({parts_.text(name)});
  }
  std::vector<AddressSlot> addresses;
  addresses.reserve(identities_.size());
  for (const uint32_t slot : identities_.order()) {
    const policy::Identity& identity = *identities_[slot].object;
    IdentityRecord record;
    record.name = parts_.text(identity.name);
    record.cls = classes_.of_slot(slot);
    record.kind = static_cast<uint32_t>(identity.kind);
    if (identity.bind) {
      record.ip = identity.bind->ip;
      record.mac = identity.bind->mac.bytes;
      record.vlan = identity.bind->vlan;
      record.gateway = gateways.at(identity.bind->gateway);
      record.port = parts_.text(identity.bind->port);
      addresses.push_back({record.ip, static_cast<uint32_t>(parts_.identities.size()), {}});
    }
    parts_.identities.push_back(record);
  }
  const AddressSlot* again = make_index(
      addresses, parts_.addresses, [](const AddressSlot& slot) { return slot.ip; }, address_hash,
      [](const AddressSlot& slot) { return slot.identity == kNone; });
  return again == nullptr ? Status() : bound_twice(*again, parts_);
}

void Compiler::renumber_identities() {
  size_t i = 0;
  for (const uint32_t slot : identities_.order())
    parts_.identities[i++].cls = classes_.of_slot(slot);
}

// Each distinct list once, where its first relationship is; the sections stay if that is so
// already.
void Compiler::add_services() {
  std::vector<uint32_t> forms;
  std::vector<bool> seen(services_.size());
  for (const uint32_t slot : relationships_.order()) {
    const uint32_t form = relationships_[slot].services;
    if (!seen[form]) forms.push_back(form);
    seen[form] = true;
  }
  std::vector<uint64_t> serials;
  serials.reserve(forms.size());
  for (const uint32_t form : forms) serials.push_back(services_.serial(form));
  if (serials == kept_.forms) return;
  kept_.forms = std::move(serials);
  clear_all(parts_.services, parts_.rules, parts_.ranges, parts_.wide_rules, parts_.wide_ranges,
            parts_.point_sets, parts_.point_names, parts_.name_texts, parts_.expectations,
            parts_.opaque_terms);
  runs_.assign(services_.size(), Run{});
  for (const uint32_t form : forms) runs_[form] = append_services(services_.at(form), parts_);
}

Status Compiler::add_relationships(int64_t created_wall_ns) {
  ScheduleCompiler schedules(created_wall_ns, parts_);
  AttributeIndex attributes;
  BreakGlassCompiler break_glass;
  for (const uint32_t slot : relationships_.order()) {
    const policy::Relationship& relationship = *relationships_[slot].object;
    attributes.note(relationship.posture);
    if (Status noted = break_glass.note(relationship); !noted) return noted;
  }
  attributes.write(parts_);
  break_glass.write(parts_);
  for (const uint32_t slot : relationships_.order()) {
    const RelationshipItem& item = relationships_[slot];
    RelationshipRecord record = make_relationship(*item.object, runs_[item.services], parts_);
    const auto when = schedules.add(item.object->schedules);
    if (!when) return when.error();
    record.schedules = *when;
    record.posture = parts_.pair_lists.add(attributes.of(item.object->posture));
    record.break_glass =
        break_glass.add(*item.object, static_cast<uint32_t>(parts_.relationships.size()), parts_);
    parts_.relationships.push_back(record);
    const auto sets = matching_.bits_of(*item.object);
    if (!sets) return sets.error();
    parts_.bound_sets.push_back(*sets);
  }
  return {};
}

// Schedules, attributes and approvers share sections with what is kept, and times move on with each
// build.
bool Compiler::conditional() const {
  return std::any_of(relationships_.order().begin(), relationships_.order().end(),
                     [&](uint32_t slot) {
                       const policy::Relationship& r = *relationships_[slot].object;
                       return !r.schedules.empty() || !r.posture.empty() || r.break_glass;
                     });
}

void Compiler::add_class_sets() {
  if (set_selectors_.empty()) return;
  parts_.class_sets.assign(classes_.count(), 0);
  for (const auto& [bit, whom] : set_selectors_)
    for (const uint32_t cls : classes_.matching(whom)) parts_.class_sets[cls] |= bit;
}

void Compiler::add_vetoes() {
  for (const uint32_t slot : vetoes_.order()) {
    const policy::Veto& veto = *vetoes_[slot].object;
    VetoRecord record;
    record.name = parts_.text(veto.name);
    for (const auto cls : veto.operations) record.class_mask |= 1u << static_cast<unsigned>(cls);
    parts_.vetoes.push_back(record);
  }
}

PairRules Compiler::pair_rules() const {
  PairRules out;
  const auto note = [](const auto& roster, std::vector<Sides>& sides) {
    sides.reserve(roster.size());
    for (const uint32_t slot : roster.order())
      sides.push_back({roster[slot].from, roster[slot].to, &roster[slot].object->name});
  };
  note(relationships_, out.relationships);
  note(vetoes_, out.vetoes);
  return out;
}

Status Compiler::add_pairs() {
  slots_.clear();
  const auto add = [&](const Pair& pair) {
    slots_.push_back({pair.source_class,
                      pair.destination_class,
                      parts_.pair_lists.add(pair.relationships),
                      parts_.pair_lists.add(pair.vetoes),
                      {}});
  };
  if (auto status = for_each_pair(pair_rules(), classes_, add); !status) return status;
  make_index(
      slots_, parts_.pairs,
      [](const PairSlot& slot) { return std::pair(slot.source_class, slot.destination_class); },
      [](const auto& key) { return pair_hash(key.first, key.second); },
      [](const PairSlot& slot) { return slot.source_class == kNone; });
  return {};
}

void Compiler::start_over() {
  parts_.clear();
  kept_ = Kept{};
  identities_changed_ = sides_changed_ = true;
}

Result<std::vector<uint8_t>> Compiler::build(uint64_t generation, int64_t created_wall_ns) {
  ImageHeader header;
  header.generation = generation;
  header.created_wall_ns = created_wall_ns;
  if (gateway_.empty() || gateway_.size() >= header.gateway.size())
    return Error{ErrorCode::kInvalid, "the gateway's name must have 1 to 63 bytes"};
  std::copy(gateway_.begin(), gateway_.end(), header.gateway.begin());

  const bool was_conditional = std::exchange(conditional_, conditional());
  if (!kept_.whole || conditional_ || was_conditional) start_over();
  kept_.whole = false;
  const bool regroup = identities_changed_ || kept_.selectors != selectors_.version();
  if (regroup) classes_.assign(identities_.order(), selectors_);
  if (identities_changed_) {
    clear_all(parts_.strings, parts_.gateways, parts_.identities, parts_.addresses);
    if (auto status = add_identities(); !status) return status.error();
    kept_.names_of_identities = parts_.strings.mark();
  } else {
    parts_.strings.back_to(kept_.names_of_identities);
    if (regroup) renumber_identities();
  }
  add_services();
  if (parts_.expectations.items().size() >= kExpectsAnything)
    return Error{ErrorCode::kExhausted, "too many different lists of protocols"};
  if (parts_.opaque_terms.items().size() > kMaxOpaqueTerms)
    return Error{ErrorCode::kExhausted, "too many different terms of what passes unread"};
  const bool repair = regroup || sides_changed_;
  clear_all(parts_.relationships, parts_.vetoes, parts_.bound_sets, parts_.class_sets);
  if (repair) clear_all(parts_.pairs, parts_.pair_lists);
  if (auto status = add_relationships(created_wall_ns); !status) return status.error();
  add_vetoes();
  if (repair) {
    if (auto status = add_pairs(); !status) return status.error();
  }
  add_class_sets();
  matching_.write(parts_);
  kept_.selectors = selectors_.version();
  kept_.whole = true;
  identities_changed_ = sides_changed_ = false;
  return serialise(parts_, header);
}

Result<std::vector<uint8_t>> compile(const policy::Policy& policy, const CompileOptions& options) {
  Compiler compiler(options.gateway);
  const Compiler::Shared<policy::Policy> borrowed(Compiler::Shared<policy::Policy>(), &policy);
  if (auto status = compiler.assign(borrowed); !status) return status.error();
  return compiler.build(options.generation, options.created_wall_ns);
}

}  // namespace bulkhead::image
