//! `Dig\Ticket\Number`: the generator.

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::ffi::IS_LONG;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendClassObject, ZendHashTable, ZendObject, Zval};
use ext_php_rs::zend::ExecuteData;

use super::args::{self, Stop, Text, parse};
use super::date;
use super::list::List;
use super::local::Local;
use super::node_interface::{NodeInterface, OwnNode};
use super::state;
use super::zookeeper::Zookeeper;
use crate::family::{Ask, Family, Source};
use crate::id::clock::date_of;
use crate::id::{Layout, text};
use crate::lease::Refusal;

/// The most IDs in one call of `generateMany`: a list of 16 MB, a quarter of a second at the ceiling of
/// the article's layout.
const MOST: i64 = 1_000_000;

/// The object's own data. Both references are good until MSHUTDOWN, which comes after all objects.
pub(super) struct Number {
    family: &'static Family,
    source: &'static Source,
}

impl Number {
    /// `int|NodeInterface|null $node = null`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let node = args::optional(ex)?;
        let family = state::family()?;
        let Some(node) = node else {
            let source = family.source(Ask::Family)?;
            return Ok(Self { family, source });
        };
        let source = match node.object() {
            Some(object) if object.instance_of(NodeInterface::get_metadata().ce()) => {
                let own = followed::<Local>(object).or_else(|| followed::<Zookeeper>(object));
                match own {
                    Some(source) => source?,
                    None => {
                        let id = ask(object)?;
                        exactly(family, id, || {
                            let class = object.get_class_name().unwrap_or_default();
                            format!(
                                "must have a node ID that is {{}}, {class}::getId() returned {id}"
                            )
                        })?
                    }
                }
            }
            _ => {
                let id = args::as_integer(node, "of type Dig\\Ticket\\NodeInterface|int|null")?;
                exactly(family, id, || "must be {}".to_owned())?
            }
        };
        // Leased here, so that a node that is not to be had is known here.
        family.node(source)?;
        Ok(Self { family, source })
    }

    /// The object of a method's call.
    #[inline]
    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(not_constructed)
    }

    extern "C" fn generate(ex: &mut ExecuteData, result: &mut Zval) {
        let quick = args::quick(ex).and_then(|this: &Self| this.family.quick(this.source));
        if let Some(id) = quick {
            // The same 64 bits: the sign bit belongs to the timestamp.
            return args::give(result, id.cast_signed());
        }
        Self::generate_by_clock(ex, result);
    }

    /// Apart from the first, which has no room for it in its registers.
    #[inline(never)]
    fn generate_by_clock(ex: &mut ExecuteData, result: &mut Zval) {
        let quick = args::quick(ex).and_then(|this: &Self| this.family.quick_by_clock(this.source));
        match quick {
            Some(id) => args::give(result, id.cast_signed()),
            None => Self::generate_slowly(ex, result),
        }
    }

    #[inline(never)]
    fn generate_slowly(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            args::none(ex)?;
            let this = Self::this(ex)?;
            let id = this.family.generate(this.source)?;
            args::give(result, id.cast_signed());
            Ok(())
        });
    }

    extern "C" fn generate_many(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            let count = args::integer(ex)?;
            let (Ok(size), 1..=MOST) = (u32::try_from(count), count) else {
                return Err(args::refuse_value(&format!("must be between 1 and {MOST}")));
            };
            let this = Self::this(ex)?;
            let (family, source) = (this.family, this.source);
            // The result is PHP's from the start, and has all its memory before an ID is issued: where
            // that is not to be had, PHP jumps out of here or ends the script when this has returned, and there is
            // nothing for us to free.
            let Some(mut list) = List::begin(result, size) else {
                return Ok(());
            };
            let issued = family.generate_many(source, size.into(), |first, count| {
                list.extend((0..count).map(|more| (first + more).cast_signed()));
            });
            list.end();
            if let Err(refusal) = issued {
                result.set_null();
                return Err(refusal.into());
            }
            Ok(())
        });
    }

    extern "C" fn get_node_id(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            args::none(ex)?;
            let this = Self::this(ex)?;
            result.set_long(this.family.node(this.source)?);
            Ok(())
        });
    }

    extern "C" fn get_timestamp(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            args::none(ex)?;
            let this = Self::this(ex)?;
            result.set_long(this.family.timestamp().cast_signed());
            Ok(())
        });
    }

    extern "C" fn parse(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            let id = args::integer(ex)?;
            let layout = state::family()?.layout();
            let parts = layout.parts(id.cast_unsigned());
            let unix = (parts.timestamp + layout.epoch()).cast_signed();
            let mut array = ZendHashTable::with_capacity(3);
            let filled = array
                .insert("timestamp", unix)
                .and_then(|()| array.insert("node", parts.node))
                .and_then(|()| array.insert("sequence", parts.sequence.cast_signed()));
            filled.map_err(|error| Stop::Throw(args::error(&error.to_string())))?;
            result.set_hashtable(array);
            Ok(())
        });
    }

    extern "C" fn to_text(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            let id = args::integer(ex)?;
            let set = result.set_string(&text::to_text(id.cast_unsigned()), false);
            set.map_err(|error| Stop::Throw(args::error(&error.to_string())))
        });
    }

    extern "C" fn from_text(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            let mut given = Text::NONE;
            parse!(ex, c"S", given)?;
            let id = text::from_text(given.bytes());
            let id = id.map_err(|refused| args::refuse_value(&format!("must {refused}")))?;
            args::give(result, id.cast_signed());
            Ok(())
        });
    }

    extern "C" fn first(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            let (layout, timestamp) = timestamp(ex)?;
            let id = layout.id(0, layout.word(timestamp, 0));
            args::give(result, id.cast_signed());
            Ok(())
        });
    }

    extern "C" fn last(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            let (layout, timestamp) = timestamp(ex)?;
            let id = layout.id(layout.max_node(), layout.end_of(timestamp));
            args::give(result, id.cast_signed());
            Ok(())
        });
    }

    extern "C" fn time(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            let id = args::integer(ex)?;
            let layout = state::family()?.layout();
            let parts = layout.parts(id.cast_unsigned());
            *result = date::in_utc(parts.timestamp + layout.epoch())?;
            Ok(())
        });
    }

    /// Completes what the builder cannot say: a parameter that is a class or an integer. Call in MINIT,
    /// after the class is registered.
    pub(super) fn complete_types() {
        let class = Self::get_metadata().ce();
        // SAFETY: the class has been registered with a constructor of one parameter, whose description
        // the engine keeps in memory that it may write, and no other thread runs yet in MINIT.
        unsafe {
            if let Some(constructor) = class.constructor.as_ref() {
                let node = constructor.internal_function.arg_info;
                (*node).type_.type_mask |= 1 << IS_LONG;
            }
        }
    }
}

/// The layout, and the timestamp in it of the only argument, a date.
fn timestamp(ex: &ExecuteData) -> Result<(&'static Layout, u64), Stop> {
    let layout = state::family()?.layout();
    let unix = date::argument(ex)?;
    let timestamp = unix.and_then(|unix| unix.checked_sub(layout.epoch()));
    match timestamp.filter(|timestamp| *timestamp <= layout.max_timestamp()) {
        Some(timestamp) => Ok((layout, timestamp)),
        None => {
            let end = layout.epoch() + layout.max_timestamp();
            let shown = |unix: u64| date_of(unix).unwrap_or_else(|| format!("{unix} ms"));
            Err(args::refuse_value(&format!(
                "must be from {} (ticket.epoch) to {}, where the layout ends",
                shown(layout.epoch()),
                shown(end)
            )))
        }
    }
}

/// Where to issue from, if the node is of this class of ours.
fn followed<T: OwnNode>(object: &ZendObject) -> Option<Result<&'static Source, Refusal>> {
    ZendClassObject::<T>::from_zend_obj(object).map(|node| node.source())
}

/// Asks a userland node for its ID.
fn ask(object: &ZendObject) -> Result<i64, Stop> {
    // On failure the engine holds the exception that the method threw.
    let id = object.try_call_method("getId", vec![]).ok();
    // Its return type is int (`NodeInterface`).
    id.and_then(|id| id.long()).ok_or(Stop::Thrown)
}

/// The source for exactly that node; `must` words the refusal, with the range in place of `{}`.
fn exactly(
    family: &'static Family,
    id: i64,
    must: impl FnOnce() -> String,
) -> Result<&'static Source, Stop> {
    let max = family.layout().max_node();
    match u16::try_from(id) {
        Ok(node) if node <= max => Ok(family.source(Ask::Exactly(node))?),
        _ => {
            let range = format!("between 0 and {max}");
            Err(args::refuse_value(&must().replace("{}", &range)))
        }
    }
}

#[cold]
fn not_constructed() -> Stop {
    Stop::Throw(args::error(
        "Dig\\Ticket\\Number has not been constructed: a subclass must call parent::__construct()",
    ))
}

impl RegisteredClass for Number {
    const CLASS_NAME: &'static str = "Dig\\Ticket\\Number";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::NoDynamicProperties;

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Number> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let long = |method: FunctionBuilder<'static>| method.returns(DataType::Long, false, false);
        let array =
            |method: FunctionBuilder<'static>| method.returns(DataType::Array, false, false);
        let integer = |name| Arg::new(name, DataType::Long);
        let method = FunctionBuilder::new;
        let moment = || Arg::new("moment", DataType::object("DateTimeInterface"));
        let public = MethodFlags::Public;
        let shared = public | MethodFlags::Static;
        vec![
            (long(method("getNodeId", Self::get_node_id)), public),
            (long(method("getTimestamp", Self::get_timestamp)), public),
            (long(method("generate", Self::generate)), public),
            (
                array(method("generateMany", Self::generate_many).arg(integer("count"))),
                public,
            ),
            (
                array(method("parse", Self::parse).arg(integer("id"))),
                shared,
            ),
            (
                method("toText", Self::to_text).arg(integer("id")).returns(
                    DataType::String,
                    false,
                    false,
                ),
                shared,
            ),
            (
                long(method("fromText", Self::from_text).arg(Arg::new("text", DataType::String))),
                shared,
            ),
            (long(method("first", Self::first).arg(moment())), shared),
            (long(method("last", Self::last).arg(moment())), shared),
            (
                method("time", Self::time).arg(integer("id")).returns(
                    DataType::object("DateTimeImmutable"),
                    false,
                    false,
                ),
                shared,
            ),
        ]
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| {
                let node = DataType::object(NodeInterface::CLASS_NAME);
                let node = Arg::new("node", node).allow_null().default("null");
                method.not_required().arg(node)
            },
            flags: None,
        })
    }

    fn constants() -> &'static [(
        &'static str,
        &'static dyn IntoZvalDyn,
        DocComments,
        ConstantFlags,
    )] {
        // The article's, whatever the settings say.
        &[
            ("TOTAL_BIT", &64_i64, &[], ConstantFlags::Public),
            ("EPOCH_BIT", &42_i64, &[], ConstantFlags::Public),
            ("NODE_BIT", &10_i64, &[], ConstantFlags::Public),
            ("SEQUENCE_BIT", &12_i64, &[], ConstantFlags::Public),
            ("MAX_NODE_ID", &1023_i64, &[], ConstantFlags::Public),
            ("MAX_SEQUENCE_NUMBER", &4095_i64, &[], ConstantFlags::Public),
            (
                "CUSTOM_EPOCH",
                &1_262_332_800_000_i64,
                &[],
                ConstantFlags::Public,
            ),
        ]
    }
}
