// SPDX-License-Identifier: Apache-2.0
// Structures that bodies of services are made of (Part 4, 7), field by field.
#pragma once

#include "wire/apps/opcua/layout.h"

namespace bulkhead::wire::opcua::layouts {

using namespace field;

// clang-format off
inline constexpr Field kSignedCertificate[] = {kString, kString};
inline constexpr Field kSignature[] = {kString, kString};
inline constexpr Field kApplication[] = {kString, kString, kLocalizedText, kU32, kString, kString, array(kString)};
inline constexpr Field kUserToken[] = {kString, kU32, kString, kString, kString};
inline constexpr Field kEndpoint[] = {kString, structure(kApplication), kString, kU32, kString, array_of(kUserToken), kString, kByte};
inline constexpr Field kRegisteredServer[] = {kString, kString, array(kLocalizedText), kU32, kString, array(kString), kString, kBool};
inline constexpr Field kServerOnNetwork[] = {kU32, kString, kString, array(kString)};
inline constexpr Field kView[] = {node(), kTime, kU32};
inline constexpr Field kRelativeElement[] = {node(), kBool, kBool, kQualifiedName};
inline constexpr Field kRelativePath[] = {array_of(kRelativeElement)};
inline constexpr Field kFilterElement[] = {kU32, array(kExtension)};
inline constexpr Field kFilter[] = {array_of(kFilterElement)};
inline constexpr Field kReadItem[] = {node(Role::kPoint), fixed(4, Role::kAttribute), kString, kQualifiedName};
inline constexpr Field kMonitoring[] = {kU32, kDouble, kExtension, kU32, kBool};
inline constexpr Field kAddNode[] = {expanded_node(Role::kPoint), node(), expanded_node(Role::kPointIfGiven), kQualifiedName, kU32, kExtension, expanded_node()};
inline constexpr Field kAddReference[] = {node(Role::kPoint), node(), kBool, kString, expanded_node(Role::kPoint), kU32};
inline constexpr Field kDeleteNode[] = {node(Role::kPoint), kBool};
inline constexpr Field kDeleteReference[] = {node(Role::kPoint), node(), kBool, expanded_node(Role::kPoint), kBool};
inline constexpr Field kBrowseItem[] = {node(Role::kPoint), kU32, node(), kBool, kU32, kU32};
inline constexpr Field kBrowsePath[] = {node(Role::kPoint), structure(kRelativePath)};
inline constexpr Field kQueryData[] = {structure(kRelativePath), kU32, kString};
inline constexpr Field kNodeType[] = {expanded_node(Role::kPoint), kBool, array_of(kQueryData)};
inline constexpr Field kHistoryItem[] = {node(Role::kPoint), kString, kQualifiedName, kString};
inline constexpr Field kWriteItem[] = {node(Role::kPoint), fixed(4, Role::kAttribute), kString, data_value(Role::kValue)};
inline constexpr Field kCallItem[] = {node(Role::kPoint), node(Role::kPoint), array(variant(Role::kValue))};
inline constexpr Field kCreateItem[] = {structure(kReadItem), kU32, structure(kMonitoring)};
inline constexpr Field kModifyItem[] = {kU32, structure(kMonitoring)};
inline constexpr Field kAcknowledgement[] = {kU32, kU32};
inline constexpr Field kChannelToken[] = {kU32, kU32, kTime, kU32};
inline constexpr Field kAddedNode[] = {kU32, node()};
inline constexpr Field kReference[] = {node(), kBool, expanded_node(), kQualifiedName, kLocalizedText, kU32, expanded_node()};
inline constexpr Field kBrowseResult[] = {kU32, kString, array_of(kReference)};
inline constexpr Field kPathTarget[] = {expanded_node(), kU32};
inline constexpr Field kPathResult[] = {kU32, array_of(kPathTarget)};
inline constexpr Field kQueryDataSet[] = {expanded_node(), expanded_node(), array(variant())};
inline constexpr Field kParsingResult[] = {kU32, array(kU32), array(kDiagnostic)};
inline constexpr Field kElementResult[] = {kU32, array(kU32), array(kDiagnostic)};
inline constexpr Field kHistoryResult[] = {kU32, kString, kExtension};
inline constexpr Field kUpdateResult[] = {kU32, array(kU32), array(kDiagnostic)};
inline constexpr Field kCallResult[] = {kU32, array(kU32), array(kDiagnostic), array(variant(Role::kValue))};
inline constexpr Field kCreatedItem[] = {kU32, kU32, kDouble, kU32, kExtension};
inline constexpr Field kModifiedItem[] = {kU32, kDouble, kU32, kExtension};
inline constexpr Field kNotification[] = {kU32, kTime, array(kExtension)};
inline constexpr Field kTransferResult[] = {kU32, array(kU32)};
// clang-format on

}  // namespace bulkhead::wire::opcua::layouts
